// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	leasedIPs      = "/apis/akash.network/v2beta2"
	labelManaged   = "akash.network"
	labelTarget    = "akash.network/service-target"
	labelOwner     = "akash.network/lease.id.owner"
	labelDSeq      = "akash.network/lease.id.dseq"
	labelGSeq      = "akash.network/lease.id.gseq"
	labelOSeq      = "akash.network/lease.id.oseq"
	labelProvider  = "akash.network/lease.id.provider"
	labelService   = "akash.network/manifest-service"
	noteShared     = "metallb.universe.tf/allow-shared-ip"
	notePool       = "metallb.universe.tf/address-pool"
	leaseSelector  = labelManaged + "=true," + labelTarget + "=metal-lb"
	defaultPool    = "default"
	loadBalancer   = "LoadBalancer"
	lostLeaseError = "metal lb error lease service error: service %q has %d load balancers and is invalid"
)

// LeaseID names a tenant's lease.
type LeaseID struct {
	Owner    string `json:"owner"`
	DSeq     string `json:"dseq"`
	GSeq     uint32 `json:"gseq"`
	OSeq     uint32 `json:"oseq"`
	Provider string `json:"provider"`
}

func (id LeaseID) String() string {
	return fmt.Sprintf("%s/%s/%d/%d/%s", id.Owner, id.DSeq, id.GSeq, id.OSeq, id.Provider)
}

// Namespace is where the lease's pods and Services live.
func (id LeaseID) Namespace() string {
	sum := sha256.Sum224([]byte(id.String()))
	return strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))
}

// LeasedIP is the object by which a provider asks for an address.
type LeasedIP struct {
	Metadata struct {
		Name            string `json:"name"`
		ResourceVersion string `json:"resourceVersion"`
	} `json:"metadata"`
	Spec LeasedIPSpec `json:"spec"`
}

type LeasedIPSpec struct {
	LeaseID      LeaseID `json:"lease_id"`
	ServiceName  string  `json:"service_name"`
	Port         uint32  `json:"port"`
	ExternalPort uint32  `json:"external_port"`
	SharingKey   string  `json:"sharing_key"`
	Protocol     string  `json:"protocol"`
}

func (s LeasedIPSpec) key() string {
	return fmt.Sprintf("%s-%s-%d", s.LeaseID.Owner, s.SharingKey, s.ExternalPort)
}

func (s LeasedIPSpec) resource() string {
	return strings.ToLower(fmt.Sprintf("%s-ip-%d-%s", s.ServiceName, s.ExternalPort, s.Protocol))
}

// check is what the operator verifies of an object before it acts on it.
func (s LeasedIPSpec) check() error {
	if err := CheckAddress(s.LeaseID.Owner); err != nil {
		return err
	}
	if err := CheckAddress(s.LeaseID.Provider); err != nil {
		return err
	}
	if _, err := strconv.ParseUint(s.LeaseID.DSeq, 10, 64); err != nil {
		return err
	}
	if s.Protocol != "TCP" && s.Protocol != "UDP" {
		return errors.New("Unsupported Service Protocol " + s.Protocol)
	}
	return nil
}

// Service is the part of a Kubernetes Service that the operator reads and writes.
type Service struct {
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind,omitempty"`
	Metadata   struct {
		Name            string            `json:"name"`
		Namespace       string            `json:"namespace,omitempty"`
		ResourceVersion string            `json:"resourceVersion,omitempty"`
		Labels          map[string]string `json:"labels,omitempty"`
		Annotations     map[string]string `json:"annotations,omitempty"`
	} `json:"metadata"`
	Spec struct {
		Type     string            `json:"type"`
		Selector map[string]string `json:"selector,omitempty"`
		Ports    []ServicePort     `json:"ports"`
	} `json:"spec"`
	Status struct {
		LoadBalancer struct {
			Ingress []struct {
				IP string `json:"ip"`
			} `json:"ingress,omitempty"`
		} `json:"loadBalancer"`
	} `json:"status"`
}

type ServicePort struct {
	Name       string `json:"name"`
	Protocol   string `json:"protocol"`
	Port       uint32 `json:"port"`
	TargetPort any    `json:"targetPort,omitempty"`
}

type serviceList struct{ Items []Service }

func (k *Kube) leaseServices(ctx context.Context, namespace string) ([]Service, error) {
	path := "/api/v1/services"
	if namespace != "" {
		path = "/api/v1/namespaces/" + namespace + "/services"
	}
	var list serviceList
	err := k.Get(ctx, path+"?labelSelector="+url.QueryEscape(leaseSelector), &list)
	return list.Items, err
}

// passthrough reads back from a lease Service what it was made for. The pod's
// port is not among it, so after a restart every Service looks changed and is
// written again, as with Akash's operator.
func passthrough(service Service) (LeasedIPSpec, bool, error) {
	labels := service.Metadata.Labels
	if _, ok := labels[labelOwner]; !ok {
		return LeasedIPSpec{}, false, nil
	}
	if service.Spec.Type != loadBalancer {
		return LeasedIPSpec{}, false, fmt.Errorf("metal lb error: resource %q wrong type in service definition %s",
			service.Metadata.Name, service.Spec.Type)
	}
	if len(service.Spec.Ports) != 1 {
		return LeasedIPSpec{}, false, fmt.Errorf("metal lb error: resource %q  wrong number of ports in load balancer "+
			"service definition. expected 1, got %d", service.Metadata.Name, len(service.Spec.Ports))
	}
	gseq, _ := strconv.ParseUint(labels[labelGSeq], 10, 32)
	oseq, _ := strconv.ParseUint(labels[labelOSeq], 10, 32)
	return LeasedIPSpec{
		LeaseID: LeaseID{labels[labelOwner], labels[labelDSeq], uint32(gseq), uint32(oseq),
			labels[labelProvider]},
		ServiceName:  service.Spec.Selector[labelService],
		ExternalPort: service.Spec.Ports[0].Port,
		SharingKey:   service.Metadata.Annotations[noteShared],
		Protocol:     service.Spec.Ports[0].Protocol,
	}, true, nil
}

func serviceFor(spec LeasedIPSpec, pool string) Service {
	service := Service{APIVersion: "v1", Kind: "Service"}
	id := spec.LeaseID
	service.Metadata.Name = spec.resource()
	service.Metadata.Labels = map[string]string{
		labelManaged: "true", labelTarget: "metal-lb", labelOwner: id.Owner, labelDSeq: id.DSeq,
		labelGSeq: fmt.Sprint(id.GSeq), labelOSeq: fmt.Sprint(id.OSeq), labelProvider: id.Provider,
	}
	service.Metadata.Annotations = map[string]string{noteShared: spec.SharingKey}
	if pool != defaultPool {
		service.Metadata.Annotations[notePool] = pool
	}
	service.Spec.Type = loadBalancer
	service.Spec.Selector = map[string]string{labelManaged: "true", labelService: spec.ServiceName}
	service.Spec.Ports = []ServicePort{{spec.resource(), spec.Protocol, spec.ExternalPort, spec.Port}}
	return service
}

func (k *Kube) createPassthrough(ctx context.Context, spec LeasedIPSpec, pool string) error {
	path := "/api/v1/namespaces/" + spec.LeaseID.Namespace() + "/services"
	service := serviceFor(spec, pool)
	var present Service
	err := k.Get(ctx, path+"/"+service.Metadata.Name, &present)
	if isNotFound(err) {
		return k.Do(ctx, http.MethodPost, path, service, nil)
	}
	if err != nil {
		return err
	}
	service.Metadata.ResourceVersion = present.Metadata.ResourceVersion
	return k.Do(ctx, http.MethodPut, path+"/"+service.Metadata.Name, service, nil)
}

func (k *Kube) purgePassthrough(ctx context.Context, spec LeasedIPSpec) error {
	path := "/api/v1/namespaces/" + spec.LeaseID.Namespace() + "/services/" + spec.resource()
	if err := k.Do(ctx, http.MethodDelete, path, nil, nil); err != nil && !isNotFound(err) {
		return err
	}
	return nil
}

// LeaseStatus is one element of /ip-lease-status.
type LeaseStatus struct {
	Port         uint32
	ExternalPort uint32
	ServiceName  string
	IP           string
	Protocol     string
}

func (k *Kube) leaseStatus(ctx context.Context, id LeaseID) ([]LeaseStatus, error) {
	services, err := k.leaseServices(ctx, id.Namespace())
	if err != nil {
		return nil, err
	}
	var result []LeaseStatus
	for _, service := range services {
		ingress := service.Status.LoadBalancer.Ingress
		if len(ingress) != 1 {
			return nil, fmt.Errorf(lostLeaseError, service.Metadata.Name, len(ingress))
		}
		port := service.Spec.Ports[0]
		target, _ := port.TargetPort.(float64)
		result = append(result, LeaseStatus{uint32(target), port.Port, service.Spec.Selector[labelService],
			ingress[0].IP, port.Protocol})
	}
	return result, nil
}
